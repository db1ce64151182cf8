package plan

// ToBuild are the programs without which nothing can be built.
var ToBuild = []string{"go", "make"}

const lookPrograms = `lacks=
for program in "$@"; do command -v "$program" >/dev/null || lacks="$lacks $program"; done
if [ -n "$lacks" ]; then
	echo "the base container lacks:$lacks. Give --base or --base-archive one that has it, or leave both out for ` + Image + `" >&2
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

// Look fails within the second, and says why, if the base lacks one of the
// programs, or if the container has no privileges and needs them.
func Look(programs []string, privileged bool) []string {
	script := lookPrograms
	if privileged {
		script += lookRights
	}
	return append([]string{"sh", "-ec", script, "look"}, programs...)
}
