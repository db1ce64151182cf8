package addresses_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/addresses"
)

// Others may still be without an answer.
func TestTheFirstAddressThatIsAnswered(t *testing.T) {
	c, root := right(t)
	o := c.start(t).visit(root)
	o.Config.Visits = []addresses.Visit{{App: "api", Path: "/"}, {App: "website", Path: "/"}}
	first, err := addresses.First(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, "https://"+host+"/", first.URL)
}

func TestNoAddressIsAnsweredUntilTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, root := right(t)
	c.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		cancel()
	}
	_, err := addresses.First(ctx, c.start(t).visit(root))
	require.ErrorIs(t, err, context.Canceled)
}
