import { stepShape, stepTemplateShape } from './stepShape';
import {
  flag,
  integer,
  list,
  map,
  matching,
  object,
  Shape,
  text,
  texts,
  word,
} from './Shape';
import { durationShape, labelShape, nameShape, parameterName } from './names';

const SELF_CONTAINED =
  'A template holds its tasks itself, so that a build runs what was looked at. Write the task into taskSpec.';
const HOST =
  'A build may not reach into its node. Use a volume with emptyDir, or a workspace.';
const PERSISTENT =
  'A volume that outlives the pod is shared between builds. Use emptyDir, or a registry for what is to be kept.';

const parameterSpec = object(
  'a parameter',
  {
    name: parameterName,
    type: word('string', 'array'),
    description: text,
    default: { type: 'text-or-list' },
  },
  {
    required: ['name'],
    refused: {
      properties:
        'Parameters of the type object are not filled by the portal. Declare one of the type string for each value.',
      enum: 'Tekton has enum behind an alpha flag. Leave it out: the inputs of the method are checked before a build is queued.',
    },
  },
);

const parameter = object(
  'a value for a parameter',
  { name: parameterName, value: { type: 'text-or-list' } },
  { required: ['name', 'value'] },
);

const result = object(
  'a result',
  {
    name: parameterName,
    type: word('string', 'array'),
    description: text,
    value: text,
  },
  {
    required: ['name'],
    refused: {
      properties: 'Results of the type object are not read. Use type string.',
    },
  },
);

const volume = object(
  'a volume',
  {
    name: nameShape,
    emptyDir: object('an empty folder', {
      medium: word('', 'Memory'),
      sizeLimit: text,
    }),
    configMap: object(
      'a ConfigMap',
      { name: nameShape, optional: flag, defaultMode: integer },
      { required: ['name'] },
    ),
  },
  {
    required: ['name'],
    refused: {
      hostPath: HOST,
      csi: HOST,
      nfs: HOST,
      iscsi: HOST,
      fc: HOST,
      local: HOST,
      image: HOST,
      persistentVolumeClaim: PERSISTENT,
      ephemeral: PERSISTENT,
      secret:
        'A volume is there for every step. Declare a workspace and list it under the step that needs it, so that no other step sees the Secret.',
      projected:
        'A projected volume may hold Secrets and tokens of service accounts. Declare a workspace and list it under the step that needs it.',
    },
  },
);

const taskWorkspace = object(
  'a workspace',
  {
    name: nameShape,
    description: text,
    optional: flag,
    readOnly: flag,
    mountPath: text,
  },
  { required: ['name'] },
);

const taskSpec = object(
  'a task',
  {
    displayName: text,
    description: text,
    params: list(parameterSpec),
    workspaces: list(taskWorkspace),
    results: list(result),
    volumes: list(volume),
    stepTemplate: stepTemplateShape,
    steps: list(stepShape, 1),
  },
  {
    required: ['steps'],
    refused: {
      sidecars:
        'A sidecar keeps running beside the steps and can see what they do. Make it a step.',
    },
  },
);

const pipelineTask = object(
  'a task of the pipeline',
  {
    name: nameShape,
    displayName: text,
    description: text,
    taskSpec,
    params: list(parameter),
    workspaces: list(
      object(
        'a workspace of a task',
        { name: nameShape, workspace: nameShape, subPath: text },
        { required: ['name'] },
      ),
    ),
    runAfter: texts,
    when: list(
      object(
        'a condition',
        { input: text, operator: word('in', 'notin'), values: texts },
        { required: ['input', 'operator', 'values'] },
      ),
    ),
    matrix: object('a matrix', { params: list(parameter) }),
    timeout: durationShape,
    onError: word('continue', 'stopAndFail'),
  },
  {
    required: ['name', 'taskSpec'],
    refused: {
      taskRef: SELF_CONTAINED,
      pipelineRef: SELF_CONTAINED,
      pipelineSpec:
        'A pipeline in a pipeline is behind an alpha flag of Tekton. Write its tasks here.',
      retries:
        'Whether a build is tried again is for the portal to decide, which knows a failure of the build from one of the cluster. Take retries out.',
    },
  },
);

/** The whole document of a template. */
export const pipelineShape: Shape = object(
  'a pipeline template',
  {
    apiVersion: word('tekton.dev/v1'),
    kind: word('Pipeline'),
    metadata: object(
      'the metadata',
      {
        name: nameShape,
        labels: map(labelShape),
        annotations: map(text),
      },
      {
        required: ['name', 'labels'],
        refused: {
          namespace:
            'The namespace is that of the build’s tenant. Take it out.',
          generateName: 'A template has one name. Use "name".',
        },
      },
    ),
    spec: object(
      'a pipeline',
      {
        displayName: text,
        description: text,
        params: list(parameterSpec),
        workspaces: list(
          object(
            'a workspace of the pipeline',
            { name: nameShape, description: text, optional: flag },
            { required: ['name'] },
          ),
        ),
        results: list({
          ...result,
          required: ['name', 'value'],
        }),
        tasks: list(pipelineTask, 1),
        finally: list(pipelineTask),
      },
      { required: ['tasks'] },
    ),
  },
  {
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    refused: { status: 'A template has no status. Take it out.' },
  },
);

/** Of a template's label, in words that name it. */
export const versionLabel: Shape = matching(
  /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/,
  'a semantic version such as 1.0.0',
  63,
);
