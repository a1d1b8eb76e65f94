"""Where the files are that a model names: in the folder of its project, if it has one of its own, and in
this one."""

import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
_places = [ROOT]


class Broken(Exception):
    """A model that cannot be checked."""


def add(folder):
    """From now on models are those of this project."""
    _places.insert(0, pathlib.Path(folder).resolve())


def file_of(file):
    """The path of a file that a model names."""
    there = [place / file for place in _places if (place / file).exists()]
    if not there:
        raise Broken(f"there is no {file}")
    return there[0]


def name_of(path):
    """The name that file_of takes for this path."""
    return next(str(path.relative_to(p)) for p in _places if path.is_relative_to(p))


def model_path(argument):
    """The model of that path or bare name; in another project, of that path."""
    path = FOLDER / (pathlib.Path(argument).stem + ".c")
    if _places[0] != ROOT:
        path = (_places[0] / argument).resolve()
    if not path.is_file() or not path.is_relative_to(_places[0]):
        raise Broken(f"there is no model {argument}")
    return path


def is_there(file):
    return any((place / file).is_file() for place in _places)


def objects():
    """The folder of what was compiled, each by what it was compiled from."""
    return _places[0] / "build" / "model"


def include_options(overlay):
    return [f"-I{place}" for place in [overlay, *_places]]
