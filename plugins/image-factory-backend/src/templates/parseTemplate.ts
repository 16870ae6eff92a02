import { JsonValue } from '@backstage/types';
import {
  METHOD_LABEL,
  Pipeline,
  PipelineTemplate,
  TemplateProblem,
  VERSION_LABEL,
} from './pipeline';
import { checkShape, pipelineShape, versionLabel } from './shape';
import { TemplateText } from './TemplateText';

/** What a text was found to be. */
export type ParsedTemplate =
  | { template: PipelineTemplate }
  | { problems: TemplateProblem[] };

/**
 * Reads the text of a pipeline template: one Tekton Pipeline of
 * `tekton.dev/v1` with the label `app.kubernetes.io/version` and
 * `image-factory.io/method`. Fields that are not known, or that templates may
 * not have, are problems already here.
 */
export function parseTemplate(yaml: string): ParsedTemplate {
  const text = new TemplateText(yaml);
  const textProblems = text.findProblems();
  if (textProblems.length > 0) {
    return { problems: textProblems };
  }
  const document = text.toJson();
  const problems = checkShape(document, pipelineShape);
  if (problems.length > 0) {
    return {
      problems: problems.map(({ path, message, isKey }) =>
        text.at(path, message, { isKey }),
      ),
    };
  }
  const pipeline = asPipeline(document);
  const labelProblems = findLabelProblems(pipeline, text);
  if (labelProblems.length > 0) {
    return { problems: labelProblems };
  }
  const { name, labels = {} } = pipeline.metadata;
  return {
    template: {
      name,
      version: labels[VERSION_LABEL],
      method: labels[METHOD_LABEL],
      digest: text.digest,
      yaml: text.yaml,
      pipeline,
      parameters: pipeline.spec.params ?? [],
    },
  };
}

/** The shape has been checked, and says what the type says. */
function asPipeline(document: JsonValue): Pipeline {
  return document as unknown as Pipeline;
}

function findLabelProblems(
  { metadata }: Pipeline,
  text: TemplateText,
): TemplateProblem[] {
  const at = ['metadata', 'labels'];
  const { [VERSION_LABEL]: version, [METHOD_LABEL]: method } =
    metadata.labels ?? {};
  return [
    ...(version === undefined
      ? [
          text.at(
            at,
            `The template has no version. Add the label ${VERSION_LABEL}, such as 1.0.0.`,
          ),
        ]
      : checkShape(version, versionLabel, [...at, VERSION_LABEL]).map(
          ({ path, message }) => text.at(path, message),
        )),
    ...(method
      ? []
      : [
          text.at(
            at,
            `The template is of no build method. Add the label ${METHOD_LABEL}, such as docker.`,
          ),
        ]),
  ];
}
