import { ResourceRule } from '../ClusterReader';

/** What a tenant's namespace grants the portal of what builds need: runs, their parts, and what happens to them. */
export const TENANT_RULES: ResourceRule[] = [
  {
    apiGroups: ['tekton.dev'],
    resources: ['pipelineruns'],
    verbs: ['create', 'get', 'list', 'watch', 'patch', 'delete'],
  },
  {
    apiGroups: ['tekton.dev'],
    resources: ['taskruns'],
    verbs: ['get', 'list', 'watch'],
  },
  {
    apiGroups: [''],
    resources: ['pods', 'pods/log', 'events'],
    verbs: ['get', 'list', 'watch'],
  },
];
