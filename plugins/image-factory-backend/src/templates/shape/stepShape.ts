import {
  flag,
  integer,
  list,
  map,
  object,
  Shape,
  text,
  texts,
  word,
} from './Shape';
import { durationShape, nameShape, parameterName, variableName } from './names';

const NO_SECRET =
  'A variable with a Secret is seen by all that the step starts. Declare a workspace and list it under the step, which reads the file.';

const securityContext = object(
  'a security context',
  {
    allowPrivilegeEscalation: flag,
    capabilities: object('capabilities', { add: texts, drop: texts }),
    readOnlyRootFilesystem: flag,
    runAsGroup: integer,
    runAsNonRoot: flag,
    runAsUser: integer,
    seccompProfile: object(
      'a seccomp profile',
      { type: text },
      {
        required: ['type'],
        refused: {
          localhostProfile:
            'A profile on the node is not there on every node. Use the type RuntimeDefault.',
        },
      },
    ),
    appArmorProfile: object(
      'an AppArmor profile',
      { type: text },
      {
        required: ['type'],
        refused: {
          localhostProfile:
            'A profile on the node is not there on every node. Leave appArmorProfile out.',
        },
      },
    ),
  },
  {
    refused: {
      privileged:
        'A privileged container is root on its node. Take it out: Buildah builds with the capability SETFCAP alone.',
      procMount:
        'An unmasked /proc lets a container reach into its node. Take it out.',
      seLinuxOptions: 'SELinux labels are the operator’s. Take it out.',
      windowsOptions: 'Builds run on Linux nodes. Take it out.',
    },
  },
);

const variable = object(
  'a variable',
  {
    name: variableName,
    value: text,
    valueFrom: object(
      'the origin of a variable',
      {
        fieldRef: object(
          'a field of the pod',
          { fieldPath: text },
          { required: ['fieldPath'] },
        ),
        configMapKeyRef: object(
          'a key of a ConfigMap',
          { name: nameShape, key: text, optional: flag },
          { required: ['name', 'key'] },
        ),
      },
      { refused: { secretKeyRef: NO_SECRET } },
    ),
  },
  { required: ['name'] },
);

const container: Record<string, Shape> = {
  image: text,
  imagePullPolicy: word('Always', 'IfNotPresent', 'Never'),
  command: texts,
  args: texts,
  workingDir: text,
  env: list(variable),
  computeResources: object('resources', {
    requests: map(text),
    limits: map(text),
  }),
  volumeMounts: list(
    object(
      'a mount',
      { name: nameShape, mountPath: text, readOnly: flag, subPath: text },
      {
        required: ['name', 'mountPath'],
        refused: {
          mountPropagation:
            'Mounts that reach the node are not for builds. Take it out.',
        },
      },
    ),
  ),
  securityContext,
};

const refused: Record<string, string> = {
  envFrom:
    'It would take variables that nobody can see here. List each under env.',
  volumeDevices: 'A build may not use devices of its node. Take it out.',
  resources: 'Tekton calls it computeResources. Rename it.',
};

/** What all steps of a task have in common. */
export const stepTemplateShape = object('the template of steps', container, {
  refused,
});

/** One container of a task. */
export const stepShape = object(
  'a step',
  {
    ...container,
    name: nameShape,
    displayName: text,
    script: text,
    timeout: durationShape,
    onError: word('continue', 'stopAndFail'),
    results: list(
      object(
        'a result of a step',
        {
          name: parameterName,
          type: word('string', 'array'),
          description: text,
        },
        { required: ['name'] },
      ),
    ),
    workspaces: list(
      object(
        'a workspace of a step',
        { name: nameShape, mountPath: text },
        { required: ['name'] },
      ),
    ),
  },
  {
    required: ['name'],
    refused: {
      ...refused,
      ref: 'A template holds its steps itself, so that a build runs what was looked at. Write the step here.',
      params: 'They belong to a step that is kept elsewhere. Use env.',
      when: 'Tekton has conditions of steps behind a flag. Let the script decide.',
      stdoutConfig:
        'Tekton has it behind an alpha flag. Let the script write to a file.',
      stderrConfig:
        'Tekton has it behind an alpha flag. Let the script write to a file.',
    },
  },
);
