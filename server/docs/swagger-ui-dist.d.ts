declare module 'swagger-ui-dist/absolute-path.js' {
  /** Where the package's files are. */
  function absolutePath(): string
  export = absolutePath
}
