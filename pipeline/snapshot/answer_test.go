package snapshot

import (
	"bytes"
	"context"
	"io"
)

// answer is that of a server behind the API server's proxy.
type answer []byte

func (a answer) DoRaw(context.Context) ([]byte, error) { return a, nil }

func (a answer) Stream(context.Context) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(a)), nil
}
