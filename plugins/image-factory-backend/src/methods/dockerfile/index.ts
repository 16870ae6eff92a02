export { dockerfileInputs } from './dockerfileInputs';
export { dockerfilePipelineParameters } from './dockerfilePipelineParameters';
export { dockerfileFailureRules } from './failureRules';
export { parseDockerfile } from './parseDockerfile';
export type { DockerfileInstruction } from './parseDockerfile';
export { readDockerfileParameters } from './readDockerfileParameters';
export type { DockerfileParameters } from './readDockerfileParameters';
export { validateDockerfileParameters } from './validateDockerfileParameters';
