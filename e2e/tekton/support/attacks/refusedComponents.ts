import { HostileComponent } from './hostileComponent';

/** A component that asks for what is not its own. */
export type RefusedComponent = {
  component: HostileComponent;
  status: number;
  says: RegExp;
};

const NOT_A_MEMBER =
  /are accounted to .*, and you do not belong to it\. Ask one of its members/;
const NO_EXECUTOR = /There is no executor ".*"\. Choose one of: auto, local/s;
const NO_METHOD = /There is no build method ".*"\. Choose one of: /s;
const NO_PLACE = /source location .*(annotation|Correct|admin)/s;

/** Components whose builds are refused, by names that say what they try. */
export function refusedComponents(places: {
  registry: string;
  git: string;
  /** The URL of a repository that the portal may read. */
  repository: string;
}): Record<string, RefusedComponent> {
  const { registry, git, repository } = places;
  const forbidden = (component: HostileComponent): RefusedComponent => ({
    component,
    status: 403,
    says: NOT_A_MEMBER,
  });
  const refused = (
    component: HostileComponent,
    says: RegExp,
  ): RefusedComponent => ({ component, status: 400, says });
  const source = (target: string, says = NO_PLACE) =>
    refused({ source: target }, says);
  return {
    'of-another-tenant': forbidden({ owner: 'group:default/payments' }),
    'of-another-tenant-in-capitals': forbidden({
      owner: 'Group:Default/PAYMENTS',
    }),
    'of-a-tenant-without-kind': forbidden({ owner: 'payments' }),
    'of-a-variable': forbidden({ owner: '$(context.pipelineRun.namespace)' }),
    'of-a-namespace': forbidden({ owner: 'group:kube-system/guests' }),

    'on-a-variable': refused(
      { infrastructure: '$(context.pipelineRun.namespace)' },
      NO_EXECUTOR,
    ),
    'on-another-namespace': refused(
      { infrastructure: 'cluster-1/../kube-system' },
      NO_EXECUTOR,
    ),
    'on-yaml': refused(
      { infrastructure: 'cluster-1\nnamespace: kube-system' },
      NO_EXECUTOR,
    ),
    'by-a-command': refused(
      { annotations: { 'image-factory.io/method': 'docker; id' } },
      NO_METHOD,
    ),
    'by-a-path': refused(
      { annotations: { 'image-factory.io/method': '../kaniko' } },
      NO_METHOD,
    ),

    'to-another-tenant': refused(
      { image: `${registry}/payments/app` },
      /begin with "guests\/"/,
    ),
    'to-another-tenant-by-dots': refused(
      { image: `${registry}/guests/../payments/app` },
      /is not allowed in a repository/,
    ),
    'to-yaml': refused(
      { image: `${registry}/guests/app\n      - hostPath: {path: /}` },
      /contains white space/,
    ),

    'from-http': source(`url:http://${git}/attacks/guests`),
    'from-ssh': source(`url:ssh://git@${git}/attacks/guests`),
    'from-a-file': source('url:file:///etc/passwd'),
    'from-a-helper': source('url:ext::sh -c id'),
    'from-a-directory': source('dir:/etc', /etc|directory|director/),
    'from-a-login': source(
      `url:https://builder:secret@${git}/attacks/guests`,
      /has a login in its URL/,
    ),
    'from-metadata': source(
      'url:https://169.254.169.254/latest/meta-data/',
      /169\.254\.169\.254/,
    ),
    'from-the-cluster': source(
      'url:https://kubernetes.default.svc/api/v1/namespaces',
      /kubernetes\.default\.svc/,
    ),
    'from-git-itself': source(`url:${repository}/tree/main/.git/hooks/`),
    'from-outside': source(
      `url:${repository}/tree/main/a%2F..%2F..%2F..%2Fetc/`,
    ),
    'from-a-line-break': source(`url:${repository}/tree/main/a%0Ab/`),
    'from-a-variable-folder': source(
      `url:${repository}/tree/main/$(params.repository)/`,
      /Pipelines would expand the "\$\("/,
    ),
    'from-an-option-folder': source(
      `url:${repository}/tree/main/--upload-pack=id/`,
      /for an option/,
    ),
    'from-an-option-ref': source(
      `url:${repository}/tree/--upload-pack=id/`,
      /cannot be a branch or tag: it begins with a dash/,
    ),
  };
}
