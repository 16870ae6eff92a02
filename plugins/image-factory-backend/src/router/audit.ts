import { AuditorService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';

type Request = NonNullable<
  Parameters<AuditorService['createEvent']>[0]['request']
>;

/** A write: who has it done is known from its request. */
export type AuditedWrite = {
  /** Without the plugin's id, which the auditor adds. */
  eventId:
    | 'build-submit'
    | 'build-start'
    | 'build-retry'
    | 'build-cancel'
    | 'build-rebuild';
  request: Request;
  /** What was asked for: names, and no values of parameters, which may be secret. */
  meta: JsonObject;
};

/** Does a write, and has it in the audit log, whether it succeeds or not. */
export async function audited(
  auditor: AuditorService,
  { eventId, request, meta }: AuditedWrite,
  write: () => Promise<Build>,
): Promise<Build> {
  const event = await auditor.createEvent({
    eventId,
    request,
    severityLevel: 'medium',
    meta,
  });
  let build: Build;
  try {
    build = await write();
  } catch (error) {
    await event.fail({ error: withoutValues(error as Error) });
    throw error;
  }
  await event.success({
    meta: {
      buildId: build.id,
      entityRef: build.entityRef,
      tenant: build.tenant,
      method: build.method,
      status: build.status,
    },
  });
  return build;
}

/** What is wrong with a request is told by a sentence that may quote its parameters. */
function withoutValues(error: Error): Error {
  return error.name === 'InputError'
    ? new InputError('The request was refused; whoever sent it was told why.')
    : error;
}
