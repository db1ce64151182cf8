package secrets

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"k8s.io/client-go/rest"
)

// loaded is the API server's metric of the keys that it works with.
var loaded = regexp.MustCompile(`(?m)^apiserver_encryption_config_controller_last_config_info\{(?:[^}\n]*,)?hash="([^"]*)"`)

// Loaded asks the API server for the hash of the keys that it works with. There
// is one API server: a run's cluster has one control plane.
func Loaded(client rest.Interface) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		text, err := client.Get().AbsPath("/metrics").DoRaw(ctx)
		if err != nil {
			return "", fmt.Errorf("ask the API server for its metrics: %w", err)
		}
		found := loaded.FindSubmatch(text)
		if found == nil {
			return "", errors.New("the API server's metrics say nothing of apiserver_encryption_config_controller_last_config_info: it does not read its keys again by itself")
		}
		return string(found[1]), nil
	}
}
