/** How Svelte's parts are read: TypeScript in their scripts. */
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default { preprocess: vitePreprocess() };
