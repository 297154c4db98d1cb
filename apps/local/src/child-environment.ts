/** Where things are, who runs it, how it is to speak. */
const ANY_PROGRAM = /^(?:PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TERM|TZ|LANG|LANGUAGE|LC_\w+|XDG_\w+)$/;

/** How Java, Maven and Docker's client are set up. */
const TOOL = /^(?:_?JAVA_|JDK_|MAVEN_|M2_|DOCKER_|SSH_AUTH_SOCK$)/;

/**
 * What a program that we start gets of our own variables. Only the service gets all: among them are its secrets, for
 * which no other has a use.
 *
 * @param own names that the program reads itself
 */
export function childEnvironment(own: RegExp): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => ANY_PROGRAM.test(name) || own.test(name)),
  );
}

/** For the tools that bring a Kafka up. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  return childEnvironment(TOOL);
}
