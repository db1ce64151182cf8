package cli

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheAddressToNotifyIsCheckedAndNotShown, wherever it comes from.
func TestTheAddressToNotifyIsCheckedAndNotShown(t *testing.T) {
	content := inEmptyFolder(t)
	t.Setenv("FIREDRILL_NOTIFY_URL", "gopher://example.org/s3cr3t")
	for _, command := range []string{"nightly", "deploy-and-test", "up", "deploy", "drill"} {
		_, progress, err := firedrill(t, command, "--content", content)
		require.ErrorContains(t, err, "the address of notifications is not of the form", command)
		require.NotContains(t, err.Error()+progress, "s3cr3t")
	}
	_, _, err := firedrill(t, "drill", "--list", "--content", content)
	require.Error(t, err, "a wrong address is told of at the first occasion")
	require.Empty(t, whatIsHere(t))
}

func TestTheFlagBeatsTheEnvironment(t *testing.T) {
	content := inEmptyFolder(t)
	t.Setenv("FIREDRILL_NOTIFY_URL", "https://example.org/right")
	_, _, err := firedrill(t, "nightly", "--content", content, "--notify", "wrong")
	require.ErrorContains(t, err, "the address of notifications is not of the form")
}
