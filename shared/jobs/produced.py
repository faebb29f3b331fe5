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


def files_of(job: Job) -> frozenset[str]:
    """The ids of all that the file of the job consists of."""
    return frozenset(segment["file"] for segment in job.result.get("segments", ()) if "file" in segment)
