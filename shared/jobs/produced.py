"""How the files are called that a job itself makes: with the job's id first, so that they can be found and forgotten."""

from shared.jobs.job import Job


def produced_by(job_id: str) -> str:
    """How the ids of everything begin that the job has made."""
    return f"{job_id}:"


def parts_of(job_id: str) -> str:
    """How the ids of its parts begin. They sort by lane, sequence and number: the order of the file."""
    return f"{job_id}:part:"


def part_id(job_id: str, lane: int, sequence: int, number: int) -> str:
    """The id of the part with this number of a chunk."""
    return f"{parts_of(job_id)}{lane:02d}:{sequence:08d}:{number:04d}"


def assembled_by(job_id: str) -> str:
    """How the ids of files begin that were made of all parts."""
    return f"{job_id}:file:"


def needs_parts(job: Job) -> bool:
    """True where the file of the job is its parts, and false where it was made of them, or never."""
    return any(str(segment.get("file", "")).startswith(parts_of(job.id)) for segment in job.result.get("segments", ()))
