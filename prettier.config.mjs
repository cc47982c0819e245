/** @type {import("prettier").Config} */
const config = { printWidth: 140 };

export default config;
