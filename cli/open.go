package cli

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"firedrill/cli/browser"
	"firedrill/pipeline"
)

func openCommand(f *flags) *cobra.Command {
	var port int
	var noBrowser bool
	c := &cobra.Command{
		Use:   "open SERVER",
		Short: "Look at a server of the cluster that stands: grafana, prometheus ...",
		Long: `Makes a server of the cluster reachable on this machine alone, prints its
address and, for Grafana, user and password, and opens the browser where there
is one. It goes on until Ctrl-C, also when the pod is replaced meanwhile.

The servers are those that firedrill.yaml names: grafana, prometheus,
alertmanager, inbox, website, loki.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("which server? Name one, as in `firedrill open grafana`")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if port < 0 || port > 65535 {
				return fmt.Errorf("--port %d is not a port; ports go from 1 to 65535", port)
			}
			if err := f.complete(); err != nil {
				return err
			}
			return pipeline.Open(c.Context(), f.options, pipeline.Opening{
				Server: args[0], Port: port,
				Say: func(message string) { fmt.Fprintln(f.stderr, message) },
				Opened: func(a pipeline.Access) {
					f.printAccess(a)
					fmt.Fprintln(f.stderr, "Ctrl-C ends it")
					if !noBrowser {
						browser.Here().Show(c.Context(), a.URL)
					}
				},
			})
		},
	}
	c.Flags().IntVar(&port, "port", 0, "`port` on 127.0.0.1 (default: the Service's own, or any that is free)")
	c.Flags().BoolVar(&noBrowser, "no-browser", false, "only print the address")
	return c
}

// printAccess answers with what the person who asked needs; nothing else sees
// the password.
func (f *flags) printAccess(a pipeline.Access) {
	w := tabwriter.NewWriter(f.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "URL\t%s\n", a.URL)
	if a.User != "" {
		fmt.Fprintf(w, "user\t%s\npassword\t%s\n", a.User, a.Password)
	}
	_ = w.Flush()
}
