import { PipelineTemplate } from '../pipeline';
import { templateOf } from './dockerTemplate';

/** The text of a template whose image is checked before it is pushed, with as little as that takes. */
export const CHECKED_TEMPLATE = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: checked-pipeline
  labels:
    app.kubernetes.io/version: 1.1.0
    image-factory.io/method: docker
  annotations:
    image-factory.io/sbom-step: generate-sbom
    image-factory.io/scan-step: scan-image
    image-factory.io/ignored-parameters: dockerfile-path, context-path
spec:
  params:
    - name: repository
    - name: revision
    - name: scan
    - name: scan-gate
    - name: scan-ignore-unfixed
    - name: scan-ignore
      type: array
    - name: scan-database
    - name: scan-java-database
  results:
    - name: IMAGE_URL
      value: $(tasks.build.results.IMAGE_URL)
    - name: IMAGE_DIGEST
      value: $(tasks.build.results.IMAGE_DIGEST)
    - name: CHAINS-GIT_URL
      value: $(tasks.build.results.IMAGE_URL)
    - name: CHAINS-GIT_COMMIT
      value: $(tasks.build.results.IMAGE_DIGEST)
    - name: SCAN_OUTPUT
      value: $(tasks.build.results.SCAN_OUTPUT)
    - name: SBOM_BLOB_URL
      value: $(tasks.build.results.SBOM_BLOB_URL)
  tasks:
    - name: build
      taskSpec:
        results:
          - name: IMAGE_URL
            value: $(steps.push-image.results.IMAGE_URL)
          - name: IMAGE_DIGEST
            value: $(steps.push-image.results.IMAGE_DIGEST)
          - name: SCAN_OUTPUT
            value: $(steps.scan-image.results.SCAN_OUTPUT)
          - name: SBOM_BLOB_URL
            value: $(steps.push-image.results.SBOM_BLOB_URL)
        volumes:
          - name: checks
            emptyDir: {}
        steps:
          - name: build-image
            image: step-images/buildah
            script: buildah
          - name: generate-sbom
            image: step-images/syft
            volumeMounts:
              - name: checks
                mountPath: /image-factory/checks
            script: syft
          - name: scan-image
            image: step-images/trivy
            onError: continue
            results:
              - name: SCAN_OUTPUT
            volumeMounts:
              - name: checks
                mountPath: /image-factory/checks
            env:
              - name: SCAN_GATE
                value: $(params.scan-gate)
              - name: IGNORE_UNFIXED
                value: $(params.scan-ignore-unfixed)
              - name: DATABASE
                value: $(params.scan-database)
            args:
              - $(params.scan-ignore[*])
            script: trivy
          - name: push-image
            image: step-images/buildah
            results:
              - name: IMAGE_URL
              - name: IMAGE_DIGEST
              - name: SBOM_BLOB_URL
              - name: REFERRER_DIGESTS
            volumeMounts:
              - name: checks
                mountPath: /image-factory/checks
                readOnly: true
            env:
              - name: SCAN_GATE
                value: $(params.scan-gate)
            script: skopeo
`;

/** A template of that text, with parts of it in the place of others. */
export function checkedTemplate(
  ...changes: [from: string, to: string][]
): PipelineTemplate {
  let text = CHECKED_TEMPLATE;
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`The template has no "${from}"`);
    text = text.replace(from, to);
  }
  return templateOf(text);
}
