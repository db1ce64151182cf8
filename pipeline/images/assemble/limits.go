package assemble

// Limits say how much may run at once.
type Limits struct {
	Builds   int // calls of go build side by side
	Compiler int // compilers that each of them may start
	// Memory is what each compiler may use before it collects garbage, in bytes;
	// 0 leaves that to Go.
	Memory int64
}

const (
	// memoryPerBuild is what linking the largest programs takes, in bytes.
	memoryPerBuild = 3 << 30
	// memoryToSpare is what the largest packages take that are compiled without
	// collecting garbage, in bytes.
	memoryToSpare = 2 << 30
)

// LimitsFor divides cores and memory (bytes; 0 if unknown) among builds. Even one
// core has two builds, as each of them downloads first and links last, and does
// not use all cores then.
func LimitsFor(cores int, memory int64) Limits {
	builds := max(2, cores/2)
	if memory > 0 {
		builds = min(builds, max(1, int(memory/memoryPerBuild)))
	}
	limits := Limits{Builds: builds, Compiler: max(2, (cores+builds-1)/builds)}
	// A quarter is for what is not compilers.
	if share := memory / 4 * 3 / int64(limits.Builds*limits.Compiler); share >= memoryToSpare {
		limits.Memory = share
	}
	return limits
}
