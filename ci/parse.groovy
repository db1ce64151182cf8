// Reads a Jenkinsfile as far as its syntax tree, which is as far as one gets
// without Jenkins: what names mean is known to its plugins only. Debian's
// Groovy is of the very version that Jenkins has inside, 2.4.21.
import org.codehaus.groovy.control.CompilationFailedException
import org.codehaus.groovy.control.CompilationUnit
import org.codehaus.groovy.control.Phases

for (file in args) {
    def unit = new CompilationUnit()
    unit.addSource(new File(file))
    try {
        unit.compile(Phases.CONVERSION)
    } catch (CompilationFailedException e) {
        System.err.println(e.message)
        System.exit(1)
    }
    println "$file: Groovy $GroovySystem.version reads it"
}
