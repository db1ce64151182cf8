package trivy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"firedrill/pipeline/command"
	"firedrill/pipeline/images/layer"
	"firedrill/pipeline/scan/finding"
	"firedrill/pipeline/scan/trivy"
)

// database is one of a single vulnerability, of an npm package.
func database(t *testing.T) trivy.Database {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "db"), 0o755))
	db, err := bbolt.Open(filepath.Join(dir, "db", "trivy.db"), 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
		const source = "npm::GitHub Security Advisory npm"
		for _, entry := range []struct {
			buckets []string
			key     string
			value   any
		}{
			{[]string{"data-source"}, source, map[string]string{"ID": "ghsa", "Name": "GitHub Security Advisory npm", "URL": "https://github.com/advisories"}},
			{[]string{source, "left-pad"}, "CVE-2026-1234", map[string][]string{"PatchedVersions": {"1.3.1"}, "VulnerableVersions": {"<1.3.1"}}},
			{[]string{"vulnerability"}, "CVE-2026-1234", map[string]any{"Title": "Pads too much", "Severity": "HIGH", "VendorSeverity": map[string]int{"ghsa": 3}}},
		} {
			bucket, err := tx.CreateBucketIfNotExists([]byte(entry.buckets[0]))
			if err != nil {
				return err
			}
			for _, name := range entry.buckets[1:] {
				if bucket, err = bucket.CreateBucketIfNotExists([]byte(name)); err != nil {
					return err
				}
			}
			text, err := json.Marshal(entry.value)
			if err != nil {
				return err
			}
			if err := bucket.Put([]byte(entry.key), text); err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(t, db.Close())
	now := time.Now()
	text, err := json.Marshal(map[string]any{"Version": 2, "UpdatedAt": now, "NextUpdate": now.Add(time.Hour), "DownloadedAt": now})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "db", "metadata.json"), text, 0o600))
	return trivy.Database{Dir: dir}
}

// image is one with an old package and a private key in it.
func image(t *testing.T) string {
	t.Helper()
	const key = "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu\nKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==\n-----END RSA " + "PRIVATE KEY-----\n"
	l, err := layer.Write(t.TempDir(), []layer.Entry{
		{Path: "/app/node_modules/left-pad/package.json", Mode: 0o644, Content: []byte(`{"name": "left-pad", "version": "1.3.0", "license": "MIT"}`)},
		{Path: "/app/key.pem", Mode: 0o600, Content: []byte(key)},
	}, layer.NewTree())
	require.NoError(t, err)
	img, err := mutate.AppendLayers(empty.Image, l)
	require.NoError(t, err)
	dir := t.TempDir()
	path, err := layout.Write(dir, empty.Index)
	require.NoError(t, err)
	require.NoError(t, path.AppendImage(img))
	digest, err := img.Digest()
	require.NoError(t, err)
	return dir + "@" + digest.String()
}

func TestPlantedVulnerabilityAndSecretOfAnImage(t *testing.T) {
	checker := trivy.Trivy{Program: program(t), Runner: command.OS{}, Cache: t.TempDir()}
	sbom := filepath.Join(t.TempDir(), "shop")
	found, err := checker.Image(t.Context(), "shop:1", image(t), database(t), sbom)
	require.NoError(t, err)
	names := map[string]finding.Finding{}
	for _, f := range found {
		names[f.Weakness] = f
	}
	require.Contains(t, names, "CVE-2026-1234")
	require.Equal(t, "left-pad", names["CVE-2026-1234"].Detail)
	require.Equal(t, finding.High, names["CVE-2026-1234"].Severity)
	require.Contains(t, names, "secret-private-key")
	for ending, what := range map[string]string{".cdx.json": "CycloneDX", ".spdx.json": "SPDX-2"} {
		text, err := os.ReadFile(sbom + ending)
		require.NoError(t, err)
		require.Contains(t, string(text), what)
		require.Contains(t, string(text), "left-pad")
		require.Contains(t, string(text), "shop:1")
		require.NotContains(t, string(text), os.TempDir(), "no path of this machine")
	}

	found, err = checker.Image(t.Context(), "shop:1", image(t), trivy.Database{}, sbom)
	require.NoError(t, err)
	for _, f := range found {
		require.NotEqual(t, "CVE-2026-1234", f.Weakness, "nobody looked")
	}
}
