import { baseFailure } from "./base_failure.ts";
import { matchName } from "./local_name.ts";

/** Options of {@linkcode pickImage}. */
export interface PickOptions<Image> {
  /** The base image as it was named. */
  readonly name: string;
  /** What was asked for among several images. */
  readonly tag: string | undefined;
  /** The names of an image; none when it has none. */
  readonly namesOf: (image: Image) => readonly string[];
  /** Whether several are one image: under several names, or for several platforms. */
  readonly areOne: (images: readonly Image[]) => boolean;
}

/**
 * The images of a layout or archive that are meant: those that best answer the tag, or, without one,
 * all. Several are returned only when they are one.
 *
 * @throws {Failure} when none is meant, or it is not clear which, with the names that are there.
 */
export function pickImage<Image>(
  images: readonly Image[],
  options: PickOptions<Image>,
): readonly [Image, ...Image[]] {
  const { name, tag, namesOf, areOne } = options;
  const [first, ...others] = tag === undefined ? images : bestAnswers(images, tag, namesOf);
  if (first !== undefined && (others.length === 0 || areOne([first, ...others]))) {
    return [first, ...others];
  }
  if (images.length === 0) {
    throw baseFailure("base/not-found", name, "there is no image in it, name another");
  }
  const names = [...new Set(images.flatMap(namesOf))].sort().map((other) => `":${other}"`);
  const there = names.length === 0 ? "no names" : names.join(", ");
  if (first === undefined) {
    throw baseFailure("base/tag", name, `it holds no ":${tag}", expected one of ${there}`);
  }
  const several = tag === undefined ? "it holds several images" : `":${tag}" means several images`;
  throw baseFailure("base/tag", name, `${several}, add one of ${there}`);
}

function bestAnswers<Image>(
  images: readonly Image[],
  tag: string,
  namesOf: (image: Image) => readonly string[],
): readonly Image[] {
  const answers = images.map((image) => ({
    image,
    quality: Math.max(0, ...namesOf(image).map((name) => matchName(tag, name))),
  }));
  const best = Math.max(1, ...answers.map(({ quality }) => quality));
  return answers.filter(({ quality }) => quality === best).map(({ image }) => image);
}
