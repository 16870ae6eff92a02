//go:build tools

// Package syft pins Syft, which the step image that writes SBOMs holds.
package syft

import _ "github.com/anchore/syft/cmd/syft"
