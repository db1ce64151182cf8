package settings_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/settings"
)

func TestText(t *testing.T) {
	read := func(args []string, pairs ...string) string {
		s := settings.New("inbox")
		file := s.Text("rules-file", "/etc/inbox/rules.yaml", "file of the rules")
		require.NoError(t, s.Parse(args, environment(pairs...)))
		return *file
	}
	require.Equal(t, "/etc/inbox/rules.yaml", read(nil))
	require.Equal(t, " any text, = and all", read(nil, "INBOX_RULES_FILE= any text, = and all"))
	require.Equal(t, "/tmp/a", read([]string{"-rules-file=/tmp/a"}, "INBOX_RULES_FILE=/tmp/b"))
	require.Empty(t, read([]string{"-rules-file="}), "what is said to be empty is")
}

func TestHelpOfText(t *testing.T) {
	s := settings.New("inbox")
	s.Text("rules-file", "/etc/inbox/rules.yaml", "file of the rules")
	var out strings.Builder
	s.PrintHelp(&out)
	require.Contains(t, out.String(), "-rules-file (or INBOX_RULES_FILE), default /etc/inbox/rules.yaml\n    \tfile of the rules\n")
}
