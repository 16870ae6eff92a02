import { Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Sends bytes until their end. A reader that goes away before is no error; a source that breaks off is. */
export async function sendStream(
  source: Readable,
  response: Response,
): Promise<void> {
  try {
    await pipeline(source, response);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_STREAM_PREMATURE_CLOSE') {
      throw error;
    }
  }
}
