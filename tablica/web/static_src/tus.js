/* Loaded only where files are sent: the protocol that goes on after a broken line. */
import { Upload } from "tus-js-client";

globalThis.tablicaTus = Upload;
