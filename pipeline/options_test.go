package pipeline

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAMirrorIsMeant: who names one does not want to wait for builds because of a
// typing error in its name.
func TestAMirrorIsMeant(t *testing.T) {
	for _, c := range []struct{ images, mirror, want string }{
		{"auto", "", "auto"},
		{"auto", "registry.example.com", "registry"},
		{"", "registry.example.com", "registry"},
		{"source", "registry.example.com", "source"},
	} {
		o := Options{Images: c.images, Mirror: c.mirror}
		require.Equal(t, c.want, o.source(), "--images %q --registry-mirror %q", c.images, c.mirror)
		require.Equal(t, c.want, o.machine(nil).Images)
	}
}
