// Bundles the renderer for a browser: node bundle.js OUTDIR writes render.js and render.css there.
import { build } from 'esbuild';

const outdir = process.argv[2];
if (outdir === undefined) throw new Error('usage: node bundle.js OUTDIR');

// Seen from an .mjs file the default of a CommonJS package is all of it; this one means its own default.
const scrollbars = {
  name: 'scrollbars',
  setup(bundle) {
    bundle.onResolve({ filter: /^react-custom-scrollbars-2$/ }, ({ path, namespace, resolveDir }) =>
      namespace === 'scrollbars' ? undefined : { path, namespace: 'scrollbars', pluginData: resolveDir },
    );
    bundle.onLoad({ filter: /.*/, namespace: 'scrollbars' }, ({ path, pluginData }) => ({
      contents: `module.exports = require('${path}').default;`,
      resolveDir: pluginData,
    }));
  },
};

await build({
  entryPoints: { render: new URL('src/main.tsx', import.meta.url).pathname },
  outdir,
  bundle: true,
  format: 'iife',
  minify: true,
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
  loader: { '.svg': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl', '.png': 'dataurl' },
  plugins: [scrollbars],
  logLevel: 'error',
});
