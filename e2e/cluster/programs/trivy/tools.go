//go:build tools

// Package trivy pins Trivy, which the step image that scans images holds.
package trivy

import _ "github.com/aquasecurity/trivy/cmd/trivy"
