"""Where the 468 points of the face mesh lie: those that talking and blinking move.

The numbers are of MediaPipe's canonical face model (Kartynnik et al., arXiv 1907.06724). "Right"
and "left" are the person's own; every contour of the mouth runs from its right corner to its left,
which is from left to right in the picture.
"""

from __future__ import annotations

#: How many points the mesh has.
COUNT = 468

FOREHEAD, CHIN = 10, 152
NOSE_TIP, UNDER_NOSE = 1, 2
RIGHT_CHEEK, LEFT_CHEEK = 234, 454
RIGHT_CORNER, LEFT_CORNER = 61, 291
RIGHT_EYE, LEFT_EYE = 33, 263
EYES = (RIGHT_EYE, LEFT_EYE)

#: The contours of the lips, corner to corner, eleven points each.
OUTER_UPPER = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
INNER_UPPER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
INNER_LOWER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
OUTER_LOWER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)

#: The lids, from the left of the picture to its right, with both corners.
RIGHT_UPPER_LID = (33, 246, 161, 160, 159, 158, 157, 173, 133)
RIGHT_LOWER_LID = (33, 7, 163, 144, 145, 153, 154, 155, 133)
LEFT_UPPER_LID = (362, 398, 384, 385, 386, 387, 388, 466, 263)
LEFT_LOWER_LID = (362, 382, 381, 380, 374, 373, 390, 249, 263)

#: The outline of the face, from the forehead clockwise in the picture.
OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
#: Of these, those below the mouth's corners: the jaw, from ear to ear.
JAW = (
    *(454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152),
    *(148, 176, 149, 150, 136, 172, 58, 132, 93, 234),
)
