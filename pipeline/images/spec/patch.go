package spec

// Patch is a copy of a pinned module that differs from it. The program is built
// with the copy in the module's place.
type Patch struct {
	Of         string         `yaml:"of" jsonschema:"required" jsonschema_description:"Path of the module."`
	Substitute []Substitution `yaml:"substitute,omitempty" jsonschema_description:"Text that is replaced."`
	Generate   []Generator    `yaml:"generate,omitempty" jsonschema_description:"Programs that write files which the module lacks; they are run in this order when all modules are patched."`
}

// Substitution replaces a text that occurs exactly once in a file.
type Substitution struct {
	File string `yaml:"file" jsonschema:"required" jsonschema_description:"Path inside the module."`
	Old  string `yaml:"old" jsonschema:"required,minLength=1" jsonschema_description:"The text; it must occur exactly once."`
	New  string `yaml:"new,omitempty" jsonschema_description:"What stands there instead; by default nothing."`
}

// Generator is a Go program that is run where the program's go.mod lies, so
// that it can name packages of all modules.
type Generator struct {
	Module  string   `yaml:"module,omitempty" jsonschema:"default=." jsonschema_description:"Folder of the go.mod that pins the generator."`
	Package string   `yaml:"package" jsonschema:"required" jsonschema_description:"Import path, or ./folder of the module itself."`
	Args    []string `yaml:"args,omitempty" jsonschema_description:"Arguments of the generator."`
}

func (p Patch) setDefaults() {
	for i := range p.Generate {
		setDefault(&p.Generate[i].Module, ".")
	}
}
