package plan

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"time"
)

// Image is the base container unless the caller has one: Go, make and a C
// compiler on Debian 12, from where Podman and the rest are installed.
const Image = "docker.io/library/golang:1.26-bookworm@sha256:9fdc884aacc3bec89b20ffc69f4bb369c78210e3e4f600387b5128b12c199f81"

// BaseOf is where Image is had from, by the same rule as any image of a mirror.
func BaseOf(mirror string) string {
	if mirror == "" {
		return Image
	}
	return mirror + "/" + Image
}

// Host is the HOST[:PORT] of a registry mirror.
func Host(mirror string) string {
	host, _, _ := strings.Cut(mirror, "/")
	return host
}

// Login is the file config.json that has Docker's clients log in.
func Login(mirror, user, password string) string {
	type entry struct {
		Auth string `json:"auth"`
	}
	auth := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	text, err := json.Marshal(map[string]map[string]entry{"auths": {Host(mirror): {auth}}})
	if err != nil {
		panic(err) // strings in maps can be marshalled
	}
	return string(text)
}

// Reach fails within seconds if nothing listens where the mirror should be.
func Reach(ctx context.Context, mirror string) error {
	if mirror == "" {
		return nil
	}
	address := Host(mirror)
	if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(strings.Trim(address, "[]"), "443")
	}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("registry mirror %s: the Dagger engine's containers cannot reach it: %w; check the name, and that it is not this machine's own loopback address", mirror, err)
	}
	return connection.Close()
}
