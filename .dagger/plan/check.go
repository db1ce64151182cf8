package plan

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Request is what of the caller's options can be wrong by itself.
type Request struct {
	Images, Mirror, User, Name, Cache, Storage  string
	Password, Base, Archive, Docker, Kubeconfig bool
}

var namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

var mirrorPattern = regexp.MustCompile(`^([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`)

// Check says all that is wrong with a request, before anything is done.
func Check(r Request) error {
	var faults []error
	fault := func(wrong bool, format string, args ...any) {
		if wrong {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	fault(!slices.Contains([]string{"", "auto", "registry", "source"}, r.Images),
		"--images %q is unknown: choose auto, registry, source", r.Images)
	fault(r.Name != "" && !namePattern.MatchString(r.Name),
		"--name %q: wanted at most 40 lower case letters, digits and '-', such as my-run-1", r.Name)
	fault(r.Mirror != "" && !mirrorPattern.MatchString(r.Mirror),
		"--registry-mirror %q: wanted HOST[:PORT][/PREFIX], such as registry.example.com:5000/mirror", r.Mirror)
	// Without a dot or a port, the name of an image begins with a path on Docker Hub.
	fault(mirrorPattern.MatchString(r.Mirror) && !strings.ContainsAny(Host(r.Mirror), ".:"),
		"--registry-mirror %q: %s would be taken for a path on Docker Hub: give its port, such as %[2]s:443, or its full name", r.Mirror, Host(r.Mirror))
	fault(r.Password != (r.User != ""), "--registry-user and --registry-password go together: give both or neither")
	fault(r.Password && r.Mirror == "", "--registry-password is for --registry-mirror, which is missing")
	fault(r.Base && r.Archive, "--base and --base-archive are two containers to work in: choose")
	fault(r.Docker && r.Kubeconfig, "--docker is to make a cluster on, --kubeconfig a cluster that there is: choose")
	fault(r.Cache == "" || r.Storage == "" || r.Cache == r.Storage || r.Cache == runsOf(r.Storage),
		"--cache %q and --storage %q: wanted two names that differ, and not by -runs, which is for the runs of the storage", r.Cache, r.Storage)
	return errors.Join(faults...)
}
