from .orders import gone

__all__ = ["gone"]
