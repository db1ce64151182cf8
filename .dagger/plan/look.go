package plan

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

// Answers fails, and says why, if the Docker elsewhere does not answer.
func Answers() []string { return []string{"docker", "version"} }
