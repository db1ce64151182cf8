// Package spec reads image.yaml, which says what an image is made of: Go
// programs out of pinned modules, Debian packages, files, other images.
package spec

import "path/filepath"

// FileName is the file that makes a folder an image.
const FileName = "image.yaml"

// Spec is one image.yaml.
type Spec struct {
	Name     string `yaml:"image" jsonschema:"required" jsonschema_description:"Full name with tag, as charts use it."`
	Digest   string `yaml:"digest,omitempty" jsonschema:"pattern=^sha256:[0-9a-f]{64}$" jsonschema_description:"Pin of the public image, checked when it comes from a registry."`
	Host     bool   `yaml:"host,omitempty" jsonschema_description:"The pipeline runs its programs on this machine; no node is given it."`
	Build    Build  `yaml:"build" jsonschema:"required" jsonschema_description:"How the image is built from source."`
	Contains []Part `yaml:"contains,omitempty" jsonschema_description:"Images that are built only to be put into this one."`
	// Dir is the folder of the image.yaml; every path in it is relative to it.
	Dir string `yaml:"-"`
}

// Part is an image that is built only to be put into another one.
type Part struct {
	Name  string `yaml:"image" jsonschema:"required" jsonschema_description:"Full name with tag."`
	Build Build  `yaml:"build" jsonschema:"required"`
}

// Build is how an image is made.
type Build struct {
	Layers []Layer `yaml:"layers" jsonschema:"required,minItems=1" jsonschema_description:"From the lowest to the topmost; each is of exactly one kind."`
	Config Config  `yaml:"config,omitempty" jsonschema_description:"How a container of the image starts."`
}

// Layer is exactly one of its fields.
type Layer struct {
	Go     []Program `yaml:"go,omitempty" jsonschema_description:"Programs built out of Go modules."`
	Debian *Debian   `yaml:"debian,omitempty" jsonschema_description:"A file system made of Debian packages."`
	Files  []File    `yaml:"files,omitempty" jsonschema_description:"Single files, folders and links."`
	Images *Images   `yaml:"images,omitempty" jsonschema_description:"An archive of the images named under contains."`
}

// Program is one Go program.
type Program struct {
	Module  string            `yaml:"module,omitempty" jsonschema:"default=." jsonschema_description:"Folder of the go.mod that pins the package."`
	Package string            `yaml:"package" jsonschema:"required" jsonschema_description:"Import path, or ./folder of the module itself."`
	To      string            `yaml:"to" jsonschema:"required" jsonschema_description:"Absolute path in the image."`
	Tags    []string          `yaml:"tags,omitempty" jsonschema_description:"Build tags."`
	Ldflags string            `yaml:"ldflags,omitempty" jsonschema_description:"Linker flags in addition to -s -w."`
	Env     map[string]string `yaml:"env,omitempty" jsonschema_description:"Environment of go build."`
	// Keys of images are made of JSON; programs without these keep theirs.
	Cgo     bool    `yaml:"cgo,omitempty" json:",omitempty" jsonschema_description:"The program has C code: compile it and link everything, the C library too, into one static file."`
	Patches []Patch `yaml:"patches,omitempty" json:",omitempty" jsonschema_description:"Changes to pinned modules, for those that do not compile as they are."`
}

// Debian is a file system that mmdebstrap makes.
type Debian struct {
	Suite    string   `yaml:"suite" jsonschema:"required" jsonschema_description:"Code name of the release, such as bookworm."`
	Variant  string   `yaml:"variant,omitempty" jsonschema:"default=minbase" jsonschema_description:"mmdebstrap's variant: which packages come without being named."`
	Packages []string `yaml:"packages,omitempty" jsonschema_description:"Packages to install."`
	Remove   []string `yaml:"remove,omitempty" jsonschema_description:"Globs of paths left out, with all that is below them."`
	Keep     []string `yaml:"keep,omitempty" jsonschema_description:"Globs of paths; when given, only these and what is below them stay."`
}

// File is one file, folder or link. Exactly one of Content, From, Source, Link,
// Output and Dir says what it is.
type File struct {
	To      string  `yaml:"to" jsonschema:"required" jsonschema_description:"Absolute path in the image."`
	Mode    string  `yaml:"mode,omitempty" jsonschema:"pattern=^0?[0-7]{3\\,4}$" jsonschema_description:"Octal permissions; by default 0644, or 0755 for folders and for files that can be executed."`
	Content *string `yaml:"content,omitempty" jsonschema_description:"The text itself."`
	From    string  `yaml:"from,omitempty" jsonschema_description:"File or folder inside the Go module named by 'of'."`
	Of      string  `yaml:"of,omitempty" jsonschema_description:"Path of the Go module that 'from' lies in."`
	Module  string  `yaml:"module,omitempty" jsonschema_description:"Folder of the go.mod that pins 'of'."`
	Source  string  `yaml:"source,omitempty" jsonschema_description:"File or folder beside image.yaml."`
	Link    string  `yaml:"link,omitempty" jsonschema_description:"Target of a symbolic link."`
	Output  *Output `yaml:"output,omitempty" jsonschema_description:"What a Go program prints."`
	Dir     bool    `yaml:"dir,omitempty" jsonschema_description:"An empty folder."`
}

// Output is a Go program that is run while the image is built; what it prints
// becomes a file.
type Output struct {
	Module  string   `yaml:"module,omitempty" jsonschema:"default=." jsonschema_description:"Folder of the go.mod that pins the package."`
	Package string   `yaml:"package" jsonschema:"required" jsonschema_description:"Import path, or ./folder of the module itself."`
	Args    []string `yaml:"args,omitempty"`
}

// Images is an OCI archive inside the image, which a node imports on its first
// boot.
type Images struct {
	To    string   `yaml:"to" jsonschema:"required" jsonschema_description:"Absolute path in the image."`
	Names []string `yaml:"names" jsonschema:"required,minItems=1" jsonschema_description:"Images listed under contains."`
}

// Config is how a container of the image starts.
type Config struct {
	Entrypoint []string          `yaml:"entrypoint,omitempty"`
	Cmd        []string          `yaml:"cmd,omitempty"`
	User       string            `yaml:"user,omitempty"`
	Workdir    string            `yaml:"workdir,omitempty"`
	Env        map[string]string `yaml:"env,omitempty"`
	Ports      []int             `yaml:"ports,omitempty"`
	StopSignal string            `yaml:"stop_signal,omitempty"`
	Labels     map[string]string `yaml:"labels,omitempty"`
}

// Path is where a path of the image.yaml, relative to its folder, lies.
func (s Spec) Path(rel string) string { return filepath.Join(s.Dir, filepath.FromSlash(rel)) }
