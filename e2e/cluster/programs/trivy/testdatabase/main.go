// Command testdatabase writes a vulnerability database for Trivy that knows the
// packages of the tests and no others, so that what a scan finds depends
// neither on the network nor on the day.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/metadata"
	"github.com/aquasecurity/trivy-db/pkg/types"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/vulnerability"
	bolt "go.etcd.io/bbolt"
)

// Where Trivy looks for the advisories of an ecosystem or a distribution.
const (
	npm    = "npm::GitHub Security Advisory npm"
	debian = "debian 12"
)

var sources = map[string]types.DataSource{
	npm:    {ID: vulnerability.GHSA, Name: "Tests of the Image Factory"},
	debian: {ID: vulnerability.Debian, Name: "Tests of the Image Factory"},
}

type vulnerable struct {
	id       string
	bucket   string
	name     string
	severity types.Severity
	title    string
	advisory types.Advisory
}

// Nothing of this name exists, and no year has so many vulnerabilities yet.
var all = []vulnerable{
	{
		id: "CVE-2099-0001", bucket: npm, name: "image-factory-test-parser",
		severity: types.SeverityCritical, title: "A crafted document runs commands",
		advisory: types.Advisory{
			VulnerableVersions: []string{"<1.2.0"}, PatchedVersions: []string{"1.2.0"},
		},
	},
	{
		id: "CVE-2099-0002", bucket: npm, name: "image-factory-test-parser",
		severity: types.SeverityHigh, title: "A crafted document takes all memory",
		advisory: types.Advisory{
			VulnerableVersions: []string{"<1.1.0"}, PatchedVersions: []string{"1.1.0"},
		},
	},
	{
		id: "CVE-2099-0003", bucket: npm, name: "image-factory-test-unfixed",
		severity: types.SeverityHigh, title: "A response tells what it must not",
		advisory: types.Advisory{VulnerableVersions: []string{">=0.0.0"}},
	},
	{
		id: "CVE-2099-0004", bucket: debian, name: "image-factory-test-tool",
		severity: types.SeverityLow, title: "A file is readable for too long",
		advisory: types.Advisory{FixedVersion: "2.0-1"},
	},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: testdatabase <folder>")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(folder string) error {
	if err := db.Init(folder); err != nil {
		return err
	}
	if err := (db.Config{}).BatchUpdate(putAll); err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	return metadata.NewClient(folder).Update(metadata.Metadata{
		Version:   db.SchemaVersion,
		UpdatedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		// It is never too old.
		NextUpdate: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
	})
}

func putAll(tx *bolt.Tx) error {
	store := db.Config{}
	for bucket, source := range sources {
		if err := store.PutDataSource(tx, bucket, source); err != nil {
			return err
		}
	}
	for _, each := range all {
		// With a pointer alone the status is written as Trivy reads it.
		err := store.PutAdvisory(tx, []string{each.bucket, each.name}, each.id, &each.advisory)
		if err != nil {
			return err
		}
		if err := store.PutVulnerabilityID(tx, each.id); err != nil {
			return err
		}
		if err := store.PutVulnerability(tx, each.id, types.Vulnerability{
			Title:          each.title,
			Severity:       each.severity.String(),
			VendorSeverity: types.VendorSeverity{sources[each.bucket].ID: each.severity},
		}); err != nil {
			return err
		}
	}
	return nil
}
