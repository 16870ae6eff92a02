//go:build tools

// Package kwok pins the program that plays nodes which do not exist.
package kwok

import _ "sigs.k8s.io/kwok/cmd/kwok"
