package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// noArguments is for commands that take flags only. What cobra has for them
// calls an argument an unknown command.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("`%s` takes no arguments, but was given %s", c.CommandPath(), strings.Join(args, " "))
	}
	return nil
}
