package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func version(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which version of firedrill this is, and by which Go it was built",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			build, ok := debug.ReadBuildInfo()
			if !ok {
				build = &debug.BuildInfo{}
			}
			_, err := fmt.Fprintln(f.stdout, describe(build))
			return err
		},
	}
}

// describe is the build in one line: what Go knows of the module's version,
// or else the commit and whether files were changed after it.
func describe(build *debug.BuildInfo) string {
	version := build.Main.Version
	settings := map[string]string{}
	for _, s := range build.Settings {
		settings[s.Key] = s.Value
	}
	if version == "" || version == "(devel)" {
		version = "of unknown version"
		if commit := settings["vcs.revision"]; commit != "" {
			version = "of commit " + commit
		}
		if settings["vcs.modified"] == "true" {
			version += " with changes"
		}
	}
	return fmt.Sprintf("firedrill %s, built by %s", version, build.GoVersion)
}
