import { BuildSourceConfig } from '@image-factory/backstage-plugin-image-factory-node';

/** The source of an entity, or a sentence on why it has none. */
export type ResolvedSource =
  | {
      ok: true;
      source: BuildSourceConfig;
      /** What a reader recognises, such as `demo/hello-site` or `git.example.com/team/app`. */
      location: string;
    }
  | {
      ok: false;
      problem: string;
      /** What of a request could be mended, as a JSON pointer; none where it is nothing of it. */
      path?: '/ref' | '/source';
      /** Set where it is no fault of the request: nobody could be asked. */
      unavailable?: true;
    };
