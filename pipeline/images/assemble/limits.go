package assemble

// Limits say how much may run at once.
type Limits struct {
	Builds   int // calls of go build side by side
	Compiler int // compilers that each of them may start
}

// memoryPerBuild is what linking the largest programs takes, in bytes.
const memoryPerBuild = 3 << 30

// LimitsFor divides cores and free memory (bytes; 0 if unknown) among builds.
func LimitsFor(cores int, memory int64) Limits {
	builds := max(1, cores/2)
	if memory > 0 {
		builds = min(builds, max(1, int(memory/memoryPerBuild)))
	}
	return Limits{Builds: builds, Compiler: max(1, (cores+builds-1)/builds)}
}
