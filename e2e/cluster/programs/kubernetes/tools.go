//go:build tools

// Package kubernetes pins the programs of the control plane and of the nodes.
// Kubernetes takes its libraries from folders beside it; a module that needs it
// has to name their published versions, which is what go.mod replaces.
package kubernetes

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
	_ "k8s.io/kubernetes/cmd/kube-proxy"
	_ "k8s.io/kubernetes/cmd/kube-scheduler"
	_ "k8s.io/kubernetes/cmd/kubectl"
	_ "k8s.io/kubernetes/cmd/kubelet"
)
