package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"firedrill/pipeline"
	"firedrill/pipeline/scan"
	"firedrill/pipeline/scan/policy"
)

// scanFlags are those of the scan commands, besides the common ones.
type scanFlags struct {
	*flags
	asJSON bool
	db     string
}

func scanCommand(f *flags) *cobra.Command {
	s := &scanFlags{flags: f}
	c := &cobra.Command{
		Use:   "scan",
		Short: "Look for what is weak: in manifests, images, the cluster and its rights",
		Long: `Scanners look, policies/gates.yaml says what may be found, and
policies/exceptions.yaml what is let be for a while, with the reason.

  firedrill scan manifests    # charts with all their values; no cluster
  firedrill scan images       # what is in them, secrets, vulnerabilities
  firedrill scan cluster      # the cluster that stands, by NSA, MITRE and CIS
  firedrill scan rbac         # who may do what there, by policies/rbac.yaml

What was found is a table on the standard output, scan.sarif for code scanning
services, and a part of the report.`,
		// Without these a mistyped subcommand would print the help and succeed.
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(scanManifests(s), scanImages(s), scanCluster(s), scanRBAC(s))
	return c
}

func scanManifests(s *scanFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "manifests",
		Short: "Check every chart with every values file, and every manifest in git",
		Long: `Renders every chart below the content's folder with its values.yaml, with each
values-*.yaml and ci/*.yaml on top of it, and as each release has it, and has Trivy
check the result and the manifests that are files. A finding names the template
and its line, which is a good guess: Helm does not say where a line comes from.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return s.scan(c, policy.Manifests) },
	}
	s.register(c)
	return c
}

func scanImages(s *scanFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "images",
		Short: "List what is in the store's images, and look for secrets and vulnerabilities",
		Long: `Writes an SBOM of every image of the store into sbom beside the report, in the
formats of CycloneDX and SPDX. Vulnerabilities are looked for in the database of
--vuln-db; without one they are not, and their gate says "not checked".`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return s.scan(c, policy.Images) },
	}
	s.register(c)
	c.Flags().StringVar(&s.db, "vuln-db", "", "`folder` with a database of vulnerabilities of Trivy's (db/trivy.db), or the repository it is in, such as registry.example.com/trivy-db:2")
	return c
}

func scanCluster(s *scanFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "cluster",
		Short: "Check the cluster that stands by frameworks, and its hygiene",
		Long: `Kubescape checks the cluster of ` + "`firedrill up`" + `, or that of --kubeconfig, by the
frameworks NSA, MITRE and CIS; Popeye looks for what is left over or missing. Only
the namespaces of the releases count.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return s.scan(c, policy.Cluster) },
	}
	s.register(c)
	return c
}

func scanRBAC(s *scanFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "rbac",
		Short: "Ask the cluster that stands who may do what, and compare with the policy",
		Long: `Asks the API server for every line of policies/rbac.yaml whether the subject may
do that: what must be allowed, and what must not be.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return s.scan(c, policy.RBAC) },
	}
	s.register(c)
	return c
}

func (s *scanFlags) register(c *cobra.Command) {
	s.checking(c.Flags())
	c.Flags().BoolVar(&s.asJSON, "json", false, "write JSON")
}

func (s *scanFlags) scan(c *cobra.Command, scans ...string) error {
	var found scan.Report
	err := s.reported(func(o pipeline.Options) (err error) {
		found, err = pipeline.Scan(c.Context(), o, pipeline.Scanning{Scans: scans, VulnDB: s.db})
		return err
	})
	switch {
	case s.asJSON && found.Done != nil:
		return errors.Join(s.json(found), err)
	case found.Done != nil:
		return errors.Join(found.Table(s.stdout), err)
	}
	return err
}
