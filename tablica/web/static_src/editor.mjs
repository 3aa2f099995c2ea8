export { mount } from "./js/editor/mount.js";
