/**
 * A Tekton Pipeline that a build method brings along, as YAML. Its
 * `metadata.name` is the template's name, the label `app.kubernetes.io/version`
 * its semantic version, and the label `image-factory.io/method` the method's id.
 *
 * @public
 */
export type PipelineTemplateSource = {
  /** One document of `apiVersion: tekton.dev/v1`, `kind: Pipeline`. */
  yaml: string;
};

/**
 * The version of a pipeline template that a build runs by, for good.
 *
 * @public
 */
export type PinnedTemplate = {
  id: string;
  name: string;
  /** Semantic. */
  version: string;
  /** `sha256:…` of its text. */
  digest: string;
};

/**
 * Values for the parameters that a pipeline template declares. They reach
 * containers as environment variables and array arguments only.
 *
 * @public
 */
export type PipelineParameters = Record<string, string | string[]>;
