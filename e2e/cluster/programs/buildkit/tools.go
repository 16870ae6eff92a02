//go:build tools

// Package buildkit pins BuildKit, which the step image of the method buildx
// holds.
package buildkit

import (
	_ "github.com/moby/buildkit/cmd/buildctl"
	_ "github.com/moby/buildkit/cmd/buildkitd"
)
