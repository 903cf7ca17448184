// Runs the face descriptor with the code of @vladmandic/face-api itself, in plain JavaScript on the CPU.
// usage: node run_descriptor.mjs PACKAGES IMAGE.raw OUTPUT.raw
// IMAGE is [150,150,3] of float32, red green blue, 0..255; OUTPUT 128 float32. face-api normalises by
// (x - (122.782, 117.001, 104.298)) / 255 itself.
import {readFileSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';

// The package's bundle for browsers is the one that has TensorFlow.js inside; it runs where it believes to be a worker.
globalThis.WorkerGlobalScope = class {};
globalThis.self ??= globalThis;

const [packages, imageFile, outputFile] = process.argv.slice(2);
const home = resolve(packages, 'node_modules', '@vladmandic', 'face-api');
const faceapi = await import(pathToFileURL(join(home, 'dist', 'face-api.esm.js')));
const {tf} = faceapi;
await tf.setBackend('cpu');
await tf.ready();

const exact = bytes => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const groups = JSON.parse(readFileSync(join(home, 'model', 'face_recognition_model-weights_manifest.json'), 'utf8'));
const bytes = exact(readFileSync(join(home, 'model', 'face_recognition_model.bin')));
const network = new faceapi.FaceRecognitionNet();
network.loadFromWeightMap(tf.io.decodeWeights(bytes, groups.flatMap(group => group.weights)));
const image = tf.tensor4d(new Float32Array(exact(readFileSync(imageFile))), [1, 150, 150, 3]);
const descriptor = network.forwardInput({toBatchTensor: () => image});
writeFileSync(outputFile, new Uint8Array(Float32Array.from(descriptor.dataSync()).buffer));
