/** The names we use of `yaml`, which is CommonJS: in a bundle only a static import like this one keeps them. */
export {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  Scalar,
  visit,
  type YAMLError,
  type YAMLMap,
} from "yaml";
