import { BuildRequest } from '@image-factory/backstage-plugin-image-factory-common';
import { REQUEST_LIMITS, lengthOf } from './requestLimits';

/**
 * What the reader has typed so far. A field that nobody has touched is absent,
 * so that the backend goes on giving it its default.
 */
export type BuildDraft = {
  image?: string;
  method?: string;
  /** Of sources in git. */
  ref?: string;
  parameters?: Record<string, unknown>;
  /** The inputs that hold something which `parameters` cannot, such as two rows of the same name. */
  incomplete?: string[];
  tags?: string;
  /** An executor by its id or its type, or `auto`. */
  infrastructure?: string;
  timeoutMinutes?: string;
};

/**
 * The request that a draft stands for. What cannot be sent is left out, so that
 * the rest is checked all the same; see {@link draftProblems}.
 */
export function toRequest(entityRef: string, draft: BuildDraft): BuildRequest {
  const request: BuildRequest = { entityRef };
  const image = draft.image?.trim();
  if (image && lengthOf(image) <= REQUEST_LIMITS.image) {
    request.image = image;
  }
  if (draft.method) {
    request.method = draft.method;
  }
  const ref = draft.ref?.trim();
  if (ref && lengthOf(ref) <= REQUEST_LIMITS.ref) {
    request.ref = ref;
  }
  if (draft.parameters) {
    request.parameters = draft.parameters;
  }
  const tags = splitTags(draft.tags)
    .filter(tag => lengthOf(tag) <= REQUEST_LIMITS.tag)
    .slice(0, REQUEST_LIMITS.tags);
  if (tags.length > 0) {
    request.tags = tags;
  }
  if (draft.infrastructure) {
    request.infrastructure = draft.infrastructure;
  }
  const minutes = parseMinutes(draft.timeoutMinutes);
  if (minutes !== undefined) {
    request.timeoutSeconds = Math.min(minutes, REQUEST_LIMITS.minutes) * 60;
  }
  return request;
}

/** The tags of a text in which spaces or commas part them. */
export function splitTags(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter(Boolean);
}

/** The minutes that a text stands for; undefined where it is no such number. */
export function parseMinutes(text: string | undefined): number | undefined {
  if (!text || !/^\s*\d+\s*$/.test(text)) {
    return undefined;
  }
  const minutes = Number(text);
  return minutes >= 1 ? minutes : undefined;
}
