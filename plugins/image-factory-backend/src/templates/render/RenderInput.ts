import { PipelineParameters } from '@image-factory/backstage-plugin-image-factory-node';
import { Checks, GateSettings } from '../../checks';
import {
  PipelineRun,
  PipelineTemplate,
  ResourceRequirements,
  Toleration,
} from '../pipeline';

/** All that a run is made of. Plain data: the same input gives the same run, byte for byte. */
export type RenderInput = {
  template: PipelineTemplate;
  run: {
    /** A DNS label, the same for every try to create the run. */
    name: string;
    namespace: string;
    /** Of the portal, where several share a cluster. */
    instance: string;
    buildId: string;
    executionId: string;
    /** From 1. */
    attempt: number;
    /** The number by which people know the build. */
    number?: number;
  };
  build: {
    entityRef: string;
    /** Absent where a policy hides it, or no user asked. */
    requester?: string;
    tenant: string;
    method: string;
    imageName: string;
  };
  /** What the method gives: `BuildMethod.pipelineParameters` of the build. */
  parameters: PipelineParameters;
  source: {
    /** An `https` URL without a login. */
    repository: string;
    /** A full hash. */
    commit: string;
    ref: string;
    /** The folder that is the source; empty for all of the repository. */
    path: string;
  };
  image: {
    /** Registry and repository, without a tag. */
    repository: string;
    tags: string[];
    /** With the tag that the build was asked for. */
    reference: string;
    /** Whether the registry is talked to without TLS. */
    insecure?: boolean;
  };
  /** Empty for the platform of the node. */
  platforms: string[];
  /** Each of these is built by a task of its own, on nodes that are of it. Absent where one task builds all that are asked for. */
  nativePlatforms?: string[];
  /** The operator's images for steps: `step-images/<name>` of a template is the one under its name. */
  stepImages: Record<string, string>;
  serviceAccountName: string;
  /** Names of Secrets in the namespace. */
  secrets: {
    /** For the host of the source. */
    git?: string;
    /** Whether nothing of that one is handed over but the certificates of the host's authority, as for what anybody may read. */
    gitWithoutLogin?: boolean;
    /** For the registry of the image. */
    registry?: string;
    /** For the registries of base images. The build can read it, so it should let nobody push. */
    pull?: string;
  };
  timeouts: {
    /** How long a build may run. */
    buildSeconds: number;
    /** How long its pods may wait for a node beside that. */
    pendingSeconds: number;
  };
  placement: {
    nodeSelector?: Record<string, string>;
    tolerations?: Toleration[];
    /** Names of nodes that an earlier attempt was lost on. */
    avoidNodes?: string[];
  };
  /** What is found out of the image before it is pushed; nothing unless told otherwise. Steps that are not asked for are not in the run. */
  checks?: Checks & {
    /** What the image has to pass to be pushed. */
    gate?: GateSettings;
    /** Where Trivy gets its databases; its own places unless told otherwise. */
    database?: string;
    javaDatabase?: string;
  };
  /** Where its layers are cached from build to build; nowhere unless told otherwise. */
  cache?: {
    /** Registry and repository, without a tag, of its tenant alone. */
    repository: string;
  };
  /** Of the step that builds. */
  resources?: ResourceRequirements;
  /** What tasks hand files over in; undefined where the operator has named none. */
  workspaceVolume?: WorkspaceVolume;
  cluster: {
    /** As Tekton tells it, such as `v1.15.0`. One that cannot be read counts as the oldest that is supported. */
    tektonVersion: string;
  };
};

/** A volume that is made for a run and is removed with it. */
export type WorkspaceVolume = {
  /** The cluster's default class where it is undefined. */
  storageClassName?: string;
  /** As Kubernetes writes quantities, such as `10Gi`. */
  size: string;
  accessModes: string[];
};

/** Why a run cannot be made. */
export type RenderProblem = {
  /** As a JSON pointer into the input, or into the template where it begins with `/template`. */
  path: string;
  /** A sentence that names the cause and the next step. */
  message: string;
};

/** A run to be created, or why there is none. */
export type Rendered =
  | { pipelineRun: PipelineRun }
  | { problems: RenderProblem[] };
