//go:build tools

// Package metricsserver pins what tells the API server how much memory and CPU pods take.
package metricsserver

import _ "sigs.k8s.io/metrics-server/cmd/metrics-server"
