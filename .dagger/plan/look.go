package plan

import (
	"fmt"
	"strings"
)

// ToBuild are the programs without which nothing can be built.
var ToBuild = []string{"go", "make"}

const lookPrograms = `lacks=
for program in "$@"; do command -v "$program" >/dev/null || lacks="$lacks $program"; done
if [ -n "$lacks" ]; then
	echo "the base container lacks:$lacks. Give --base or --base-archive one that has it; without them it is ` + Image + `, which has go, make and apt-get" >&2
	exit 1
fi
`

// Bit 21 of the capabilities is CAP_SYS_ADMIN.
const lookRights = `rights=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
if [ $(( 0x$rights >> 21 & 1 )) = 0 ]; then
	echo "the Dagger engine has no privileges to give (capabilities $rights lack CAP_SYS_ADMIN), and a node of kind needs them: run the engine privileged, as Dagger does by default, or hand in a cluster by --kubeconfig" >&2
	exit 1
fi
`

// What doctor calls a lack, it says only once the program is compiled.
const lookDisk = `free=$(df -k --output=avail / | tail -n 1)
if [ "$free" -lt 4882813 ]; then
	echo "the Dagger engine's disk has $((free * 1024 / 1000000)) MB free, and a cluster takes 5 GB: free some, for example by dagger core engine local-cache prune" >&2
	exit 1
fi
`

// Look fails within the second, and says why, if the base lacks one of the
// programs, or if the container needs privileges and has none, or no disk.
func Look(programs []string, privileged bool) []string {
	script := lookPrograms
	if privileged {
		script += lookRights + lookDisk
	}
	return append([]string{"sh", "-ec", script, "look"}, programs...)
}

// forbidden is what an engine says whose engine.json allows nobody privileges: it
// begins no container then that asks for them, so that none can look.
const forbidden = "security.insecure is not allowed"

// Forbidden is the engine's refusal with what to do; any other error is as it was. It
// wraps nothing: of an error that wraps the engine's, Dagger's SDK shows only that.
func Forbidden(err error) error {
	if err == nil || !strings.Contains(err.Error(), forbidden) {
		return err
	}
	return fmt.Errorf("the Dagger engine is set up to give no privileges, and a node of kind needs them: set security.insecureRootCapabilities to true in its engine.json, or hand in a Docker elsewhere by --docker, or a cluster by --kubeconfig: %v", err) //nolint:errorlint // see above
}

// Answers fails, and says why, if the Docker elsewhere does not answer.
func Answers() []string { return []string{"docker", "version"} }
